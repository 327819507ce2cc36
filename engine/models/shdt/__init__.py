"""The shdt family: our own small video diffusion transformer, its VAE and upsampler."""
