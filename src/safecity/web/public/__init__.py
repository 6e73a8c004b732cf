"""What everyone may see and say."""
