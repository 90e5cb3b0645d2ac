"""结对: one mentor and one child for a long time, from rota to rota. She is asked, never ordered;
of the child as little is held as can be, and nothing longer than the guardian agrees."""
