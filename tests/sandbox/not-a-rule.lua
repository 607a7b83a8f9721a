-- expect: refused the file returns a table
return { id = "not-a-rule" }
