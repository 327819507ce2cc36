"""LTX-2 and LTX-2.3: the public joint video and sound models, as their owner publishes them."""
