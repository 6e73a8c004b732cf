"""The API: doors that programs and the console knock at, in JSON."""
