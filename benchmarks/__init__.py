"""What design.md 11 promises about speed and memory, measured beside the alternative: `python -m benchmarks [NAME]`."""
