"""入户指导: a family asks for a visit at home, a coordinator finds a time, two people go, and
somebody notices when they do not say that they are out again."""
