"""Native libraries in processes of their own: what they break there is one child, not the node."""
