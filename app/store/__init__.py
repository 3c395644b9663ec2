"""What the owner of a table partition holds, and how it is laid out in the changelog."""
