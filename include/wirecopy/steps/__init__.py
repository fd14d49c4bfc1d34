"""The pipeline's steps, each taking up what the one before left in the store; `wirecopy.pipeline` knows their order."""
