"""What becomes of a campaign after its first sending: what changed, what each DSDEN holds, what corrects that."""
