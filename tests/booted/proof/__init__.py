"""The slow proof: the released image itself, on simulated boards, through everything a shop does to it."""
