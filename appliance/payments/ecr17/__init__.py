"""ECR17, the till's side: from bytes of an Italian terminal to what became of the money."""
