"""What a person may ask of her own data: to see them, to know who looked, to take them along, to
have somebody answer, to have them gone. One place for volunteers and families."""
