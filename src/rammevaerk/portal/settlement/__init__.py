"""Settlement: runs over placements, agreed line by line, then invoiced, credited and controlled."""
