"""Broken, odd and hostile feeds through the whole program, twice: `./run.sh corpora`."""
