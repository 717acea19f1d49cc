"""What all decisions of the staff desk share: the request, its effects, roles, common words."""
