--- plan{}: what is done about a finding, step by step.
local schema = use "schema"
local required = schema.required

local step = schema.closed("a step", {
  id = required(schema.name),
  action = required(schema.filled),
  owner = required(schema.filled),
  due = required(schema.lasting),
  when = schema.code,
})

local review = schema.closed("review", {
  after = required(schema.lasting),
  success = required(schema.code),
})

local check = schema.closed("plan", {
  id = required(schema.name),
  title = schema.filled,
  steps = required(schema.list(step)),
  review = review,
  escalate = schema.name,
})

local function plan(given)
  local made = check(given)
  if #made.steps == 0 then host.fail({ "steps" }, "a plan without steps", "at least one") end
  local seen = {}
  for i, one in ipairs(made.steps) do
    if seen[one.id] then host.fail({ "steps", i, "id" }, 'two steps have the id "' .. one.id .. '"') end
    seen[one.id] = true
  end
  if made.escalate and not made.review then
    host.fail({ "escalate" }, "a plan escalates when its review fails, and this one has no review", "review = { after = ..., success = ... }")
  end
  return host.seal("plan", made)
end

return { export = { plan = plan } }
