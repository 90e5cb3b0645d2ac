"""我们存了什么: what is kept about a person, in her words, for volunteers and families alike."""
