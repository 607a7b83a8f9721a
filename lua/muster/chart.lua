--- chart{} and its layers. Options are checked where they are put to use, in C; here is only what is a table of what.
local schema = use "schema"

-- Texts, numbers, flags and tables of them; functions only where one is allowed.
local function plain(value, path, functions)
  local kind = type(value)
  if host.kind(value) or (kind == "function" and not functions) then
    schema.wrong(path, value, "data: a text, a number, true or false, or a table of them")
  end
  if kind ~= "table" then return value end
  local copy = {}
  for key, item in pairs(value) do copy[key] = plain(item, schema.below(path, key), false) end
  return copy
end

local function rows(value, path)
  local kind = host.kind(value)
  if type(value) == "function" or kind == "csv" then return value end
  if type(value) ~= "table" or kind then
    schema.wrong(path, value, 'a list of rows, a function that gives one, or csv "file.csv"')
  end
  return schema.list(function(row, at)
    if type(row) ~= "table" or host.kind(row) then schema.wrong(at, row, "a row { name = value }") end
    return plain(row, at, false)
  end)(value, path)
end

local function layer(mark)
  return function(given)
    if type(given) ~= "table" or host.kind(given) then
      host.fail({ here = true }, mark .. " takes a table, not " .. schema.describe(given), mark .. ' { x = "column", ... }')
    end
    local made = { mark = mark, options = {} }
    for key, value in pairs(given) do
      local path = { here = true, key }
      if type(key) ~= "string" then
        schema.wrong(path, value, "name = value")
      elseif key == "data" then
        made.data = rows(value, path)
      else
        made.options[key] = plain(value, path, key == "label" or key == "sub")
      end
    end
    return host.seal("layer", made)
  end
end

local function chart(given)
  if type(given) ~= "table" or host.kind(given) then
    host.fail({ here = true }, "chart takes a table, not " .. schema.describe(given), "chart { data = ..., line { ... } }")
  end
  local made = { layers = {}, options = {} }
  for i = 1, #given do
    if host.kind(given[i]) ~= "layer" then schema.wrong({ i }, given[i], 'a layer, such as line { x = "week", y = "rate" }') end
    made.layers[i] = given[i]
  end
  for key, value in pairs(given) do
    if key == "data" or key == "table" then
      made[key] = rows(value, { key })
    elseif key == "as_of" then
      made.as_of = schema.date(value, { key })
    elseif key == "preset" then
      made.preset = schema.one_of { "report", "slide", "narrow" }(value, { key })
    elseif type(key) == "string" then
      made.options[key] = plain(value, { key }, false)
    elseif math.type(key) ~= "integer" or key < 1 or key > #given then
      schema.wrong({ key }, value, "layers in order, and options with names")
    end
  end
  if #made.layers == 0 then host.fail({}, "a chart without layers draws nothing", 'line { x = "week", y = "rate" }') end
  return host.seal("chart", made)
end

-- The charts that are made from registers themselves.
local function picture(name, fields)
  local check = schema.closed(name, fields)
  return function(given)
    local made = check(given, { here = true })
    made.picture = name
    return host.seal("chart", made)
  end
end

local function pupils(value, path)
  local whole = schema.whole(value, path)
  if whole < 1 or whole > 200 then schema.wrong(path, value, "from 1 to 200 pupils") end
  return whole
end

local function weeks(value, path)
  local whole = schema.whole(value, path)
  if whole < 1 or whole > 40 then schema.wrong(path, value, "from 1 to 40 school weeks") end
  return whole
end

local words = { school = schema.filled, title = schema.filled, subtitle = schema.filled, source = schema.filled, as_of = schema.date,
                preset = schema.one_of { "report", "slide", "narrow" }, where = schema.map(schema.anything) }
local function with(more)
  local fields = {}
  for key, field in pairs(words) do fields[key] = field end
  for key, field in pairs(more) do fields[key] = field end
  return fields
end

local export = {
  chart = chart,
  csv = function(name)
    schema.filled(name, { here = true, "csv" })
    return host.seal("csv", { file = name })
  end,
  register_chart = picture("register_chart", with { pupils = pupils, weeks = weeks }),
  cumulative_chart = picture("cumulative_chart", with {}),
  calendar_chart = picture("calendar_chart", with {}),
  funnel_chart = picture("funnel_chart", with {}),
  bands_chart = picture("bands_chart", with {}),
}
for _, mark in ipairs { "line", "step", "ribbon", "dot", "bar", "cell", "interval", "link", "rule", "band", "text", "strip" } do
  export[mark] = layer(mark)
end

return { charts = export }
