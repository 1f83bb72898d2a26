"""legation reads diplomatic events out of news articles, on Kafka."""

__version__ = "0.1.0"
