"""HTTP of the events floor: history, chain, queues."""
