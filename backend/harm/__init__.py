"""强制报告: what somebody saw that a child may have been hurt by, in a store of its own that one
role reads (未成年人保护法 art. 11)."""
