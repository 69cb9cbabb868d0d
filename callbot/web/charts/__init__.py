"""Charts reckoned on the server, in the units of the SVG: they are seen with scripts off."""
