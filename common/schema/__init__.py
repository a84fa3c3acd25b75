"""The schema as a whole: is it what the models say, how do its tables hang together, how does it look."""
