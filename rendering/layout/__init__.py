"""The sheet as HTML and CSS: where everything stands, in which type, with which mark."""
