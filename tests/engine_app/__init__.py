"""Tables in two schemas, two of them of one name, for the tests of the database engine."""
