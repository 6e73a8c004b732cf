"""Links between the processes of one node, over unix sockets: live pictures, masked pictures."""
