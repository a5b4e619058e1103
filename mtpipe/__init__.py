"""mtpipe: Arabic articles to an English parallel corpus."""

__version__ = "0.1.0"
