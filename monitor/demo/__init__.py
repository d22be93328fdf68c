"""This package fills a store with a made-up municipality, through the code that real people use."""
