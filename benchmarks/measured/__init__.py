"""What runs in a process of its own, with Django set up: each function is one measurement and returns plain figures."""
