"""What the product promises about speed and memory, measured beside the alternative: `python -m benchmarks [NAME]`."""
