"""What is proved of hours to the world outside: statements of service for whoever served."""
