-- expect: refused a spreadsheet
return rule {
  id = "message-formula", title = "an attack", scope = "pupil", level = "info", message = "=HYPERLINK(1)",
  when = function(pupil, p)
    return true
  end,
}
