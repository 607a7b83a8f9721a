-- expect: refused the file returns plan{}
return plan { id = "another-kind", steps = { { id = "a", action = "b", owner = "c", due = "1 school day" } } }
