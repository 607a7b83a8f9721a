-- expect: refused keys
return rule {
  id = "pairs-table-keys", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    for k in pairs { [{}] = 1 } do end
  end,
}
