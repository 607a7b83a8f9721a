--- tests "rule" { calendar = ..., case "what it shows" { given = ..., expect = ... } }
local schema = use "schema"
local required = schema.required

local function stretch(value, path)
  if type(value) == "string" then
    local ends = text.split(value, "..")
    local good = #ends <= 2
    for _, one in ipairs(ends) do good = good and host.date(one) end
    if good then return value end
  end
  schema.wrong(path, value, 'a date, or two as "2025-10-20..2025-10-24"')
end

local calendar = schema.closed("calendar", {
  from = required(schema.date),
  to = required(schema.date),
  days = schema.list(schema.one_of { "mon", "tue", "wed", "thu", "fri", "sat", "sun" }),
  closed = schema.some(stretch),
  half_terms = schema.map(stretch, function(key, path)
    schema.one_of { "HT1", "HT2", "HT3", "HT4", "HT5", "HT6" }(key, path)
  end),
})

local function scalar(value, path)
  local kind = type(value)
  if kind ~= "number" and kind ~= "string" and kind ~= "boolean" then
    schema.wrong(path, value, "a number, a text, or true or false")
  end
  return value
end

-- marks, or { marks = ..., school = ..., year_group = ..., attr = { NAME = ... } }
local function register(value, path)
  if type(value) == "string" then return { marks = value, attr = {} } end
  if type(value) ~= "table" or host.kind(value) then
    schema.wrong(path, value, 'marks such as "(/\\\\)*5", or { marks = "...", year_group = 8 }')
  end
  local made = { attr = {} }
  for key, item in pairs(value) do
    if type(key) ~= "string" then host.fail(schema.below(path, key), "a value without a name", "name = value") end
    if key == "attr" then
      for name, attribute in pairs(schema.map(scalar)(item, schema.below(path, key))) do made.attr[name] = attribute end
    elseif key == "marks" then
      made.marks = schema.text(item, schema.below(path, key))
    elseif key == "start" or key == "start_date" then
      made.start = schema.date(item, schema.below(path, key))
    elseif key == "finish" or key == "end_date" then
      made.finish = schema.date(item, schema.below(path, key))
    elseif key == "from" then
      made.from = schema.date(item, schema.below(path, key))
    elseif key == "school" then
      made.school = schema.filled(item, schema.below(path, key))
    else
      made.attr[key] = scalar(item, schema.below(path, key))
    end
  end
  return made
end

local intervention = schema.closed("an intervention", {
  pupil = schema.filled,
  school = schema.filled,
  kind = required(schema.filled),
  start = required(schema.date),
  finish = schema.date,
  provider = schema.filled,
  dose = schema.number,
  cost = schema.number,
})

local response = schema.closed("a response", {
  respondent = schema.filled,
  pupil = schema.filled,
  school = schema.filled,
  date = required(schema.date),
  instrument = required(schema.filled),
  item = required(schema.filled),
  value = required(schema.number),
})

local total = schema.closed("counts", {
  period = required(schema.filled),
  possible = required(schema.whole),
  authorised = schema.whole,
  unauthorised = schema.whole,
  absent = schema.whole,
  enrolments = schema.whole,
  persistent = schema.whole,
  severe = schema.whole,
})

local function finding(value, path)
  if type(value) ~= "table" or host.kind(value) then
    schema.wrong(path, value, '{ subject = "ann", field = value, ... }')
  end
  local made = {}
  for key, item in pairs(value) do
    if type(key) ~= "string" then host.fail(schema.below(path, key), "a value without a name", "field = value") end
    made[key] = item
  end
  schema.filled(made.subject, schema.below(path, "subject"))
  return made
end

local findings = schema.list(finding)

local function expectation(value, path)
  if host.kind(value) == "none" then return {} end
  local list = findings(value, path)
  if #list == 0 then
    host.fail(path, "expect is an empty list", "expect = none, when nothing is to be found")
  end
  return list
end

local shared = {
  calendar = calendar,
  as_of = schema.date,
  params = schema.map(scalar),
  with = schema.some(schema.name),
  schools = schema.map(schema.map(scalar)),
  interventions = schema.list(intervention),
  responses = schema.list(response),
}

local fields = {
  given = schema.map(register),
  counts = schema.map(total),
  expect = required(expectation),
}
for name, check in pairs(shared) do fields[name] = check end
local check_case = schema.closed("case", fields)

local function case(name)
  schema.filled(name, { here = true, "case" })
  return function(given)
    local made = check_case(given, { here = true })
    if not made.given and not made.counts then
      host.fail({ here = true }, "the case gives no marks", 'given = { ann = "(/\\\\)*5" }')
    end
    made.name = name
    return host.seal("case", made)
  end
end

local check_shared = schema.closed("tests", shared)

local function tests(rule)
  schema.filled(rule, { here = true, "tests" })
  return function(given)
    if type(given) ~= "table" or host.kind(given) then
      host.fail({}, "tests takes a table of cases", 'tests "' .. rule .. '" { case "..." { ... } }')
    end
    local common, cases = {}, {}
    for key, value in pairs(given) do
      if math.type(key) == "integer" then
        if host.kind(value) ~= "case" then schema.wrong({ key }, value, 'case "what it shows" { ... }') end
        cases[key] = value
      else
        common[key] = value
      end
    end
    local made = check_shared(common)
    if #cases == 0 then host.fail({}, "no case in it", 'case "what it shows" { given = ..., expect = ... }') end
    for i = 1, #cases do
      if not cases[i].calendar and not made.calendar and cases[i].given then
        host.fail({ i }, 'case "' .. cases[i].name .. '" has no calendar', 'calendar = { from = "2025-09-01", to = "2025-10-24" }')
      end
    end
    made.rule, made.cases = rule, cases
    return host.seal("tests", made)
  end
end

return { export = { tests = tests, case = case, none = host.seal("none", {}) } }
