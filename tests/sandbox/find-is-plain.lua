-- expect: nil
return rule {
  id = "find-is-plain", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    -- a pattern would match; plain text does not
    if ("aaa"):find("a+") then return true end
  end,
}
