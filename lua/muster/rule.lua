--- rule{}: one file of rules/, one rule.
local schema = use "schema"
local params = use "params"
local required = schema.required

local check = schema.closed("rule", {
  id = required(schema.name),
  title = required(schema.filled),
  scope = required(schema.one_of { "pupil", "group", "school" }),
  by = schema.filled,
  level = required(schema.one_of { "info", "watch", "review", "urgent" }),
  params = params.map,
  when = required(schema.code),
  message = required(schema.message),
  for_ = schema.lasting,
  hold = schema.lasting,
  rearm = schema.lasting,
  silence = schema.date,
  inhibits = schema.filled,
  plan = schema.name,
  authority = schema.filled,
})

local function rule(given)
  local made = check(given)
  if made.scope == "group" and not made.by then
    host.fail({ "scope" }, "a rule of groups must say which", 'by = "year_group", or any other attribute of pupils')
  elseif made.scope ~= "group" and made.by then
    host.fail({ "by" }, "by is for rules of scope \"group\"", nil, "leave it out")
  end
  made.params = made.params or {}
  return host.seal("rule", made)
end

return { export = { rule = rule } }
