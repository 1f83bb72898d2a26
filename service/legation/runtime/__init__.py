"""Where the pipeline meets Faust, Kafka and processes; see docs/runtime.md. Nothing else in legation knows of them."""
