"""One field of many records changed at once: worked out, shown, applied, taken back."""
