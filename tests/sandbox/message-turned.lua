-- expect: refused cannot be shown
return rule {
  id = "message-turned", title = "an attack", scope = "pupil", level = "info", message = "ok \u{202E} ko",
  when = function(pupil, p)
    return true
  end,
}
