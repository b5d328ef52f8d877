"""What plugins for nudged are written with: `nudged.strategy` for strategies, `nudged.channel` for channels."""
