--- Closed schemas: every table a script hands over is copied field by field, and what is not foreseen is refused with
--- the key that is nearest. A check is a function (value, path) that gives back the value or fails; a path is the list
--- of keys that lead to the value, so that the message can name the line; path.here = true says that it is not in the
--- table the file returns but in that of the constructor being called.
local schema = {}

function schema.fail(path, what, expected, todo) host.fail(path, what, expected, todo) end

local function below(path, key)
  local longer = { here = path.here }
  for i = 1, #path do longer[i] = path[i] end
  longer[#longer + 1] = key
  return longer
end
schema.below = below

local function describe(value)
  local kind = host.kind(value)
  if kind then return kind .. "{}" end
  if type(value) == "string" then
    if #value > 60 then value = string.sub(value, 1, 60) .. "..." end
    return '"' .. value .. '"'
  end
  if type(value) == "table" or type(value) == "function" then return "a " .. type(value) end
  return tostring(value)
end
schema.describe = describe

local function name_of(path) return tostring(path[#path] or "the value") end

function schema.wrong(path, value, expected, todo)
  host.fail(path, name_of(path) .. " is " .. describe(value), expected, todo)
end

function schema.text(value, path)
  if type(value) ~= "string" then schema.wrong(path, value, "a text") end
  return value
end

function schema.filled(value, path)
  if type(value) ~= "string" or text.trim(value) == "" then schema.wrong(path, value, "a text that is not empty") end
  return value
end

function schema.name(value, path)
  if type(value) ~= "string" or not host.name(value) then
    schema.wrong(path, value, 'a name of small letters, digits and "-", such as "broken-weeks"')
  end
  return value
end

function schema.number(value, path)
  if type(value) ~= "number" or value ~= value then schema.wrong(path, value, "a number") end
  return value
end

function schema.whole(value, path)
  local whole = type(value) == "number" and math.tointeger(value)
  if not whole then schema.wrong(path, value, "a whole number") end
  return whole
end

function schema.flag(value, path)
  if type(value) ~= "boolean" then schema.wrong(path, value, "true or false") end
  return value
end

function schema.code(value, path)
  if type(value) ~= "function" then schema.wrong(path, value, "a function") end
  return value
end

function schema.date(value, path)
  if type(value) ~= "string" or not host.date(value) then schema.wrong(path, value, 'a date such as "2025-09-01"') end
  return value
end

-- Words of the engine: windows, lasting, messages.
local function word(ask, example)
  return function(value, path)
    if type(value) ~= "string" then schema.wrong(path, value, "a text such as " .. example) end
    local good, what, expected, todo = ask(value)
    if not good then host.fail(path, name_of(path) .. ": " .. what, expected, todo) end
    return value
  end
end
schema.window = word(host.window, '"last half-term"')
schema.lasting = word(host.lasting, '"5 school days"')
schema.message = word(host.message, '"{weeks} broken weeks"')

local function quoted(names)
  local all = {}
  for i, name in ipairs(names) do all[i] = '"' .. name .. '"' end
  return table.concat(all, ", ")
end

local function did_you_mean(name, names)
  local near = type(name) == "string" and host.nearest(name, names)
  return near and 'did you mean "' .. near .. '"?' or nil
end

function schema.one_of(names)
  return function(value, path)
    for _, name in ipairs(names) do
      if value == name then return value end
    end
    schema.wrong(path, value, "one of " .. quoted(names), did_you_mean(value, names))
  end
end

function schema.list(of)
  return function(value, path)
    if type(value) ~= "table" or host.kind(value) then schema.wrong(path, value, "a list") end
    local copy, n = {}, #value
    for key in pairs(value) do
      if math.type(key) ~= "integer" or key < 1 or key > n then
        host.fail(below(path, key), name_of(path) .. " is a list, and has a key " .. describe(key), "values without keys")
      end
    end
    for i = 1, n do copy[i] = of(value[i], below(path, i)) end
    return copy
  end
end

--- One value, or a list of them.
function schema.some(of)
  local list = schema.list(of)
  return function(value, path)
    if type(value) == "table" and not host.kind(value) then return list(value, path) end
    return { of(value, path) }
  end
end

function schema.map(of, key_check)
  return function(value, path)
    if type(value) ~= "table" or host.kind(value) then schema.wrong(path, value, "a table of name = value") end
    local copy = {}
    for key, item in pairs(value) do
      if type(key) ~= "string" then
        host.fail(below(path, key), name_of(path) .. " has a value without a name", "name = value")
      end
      if key_check then key_check(key, below(path, key)) end
      copy[key] = of(item, below(path, key))
    end
    return copy
  end
end

--- Made by a constructor of that name.
function schema.made(kind, example)
  return function(value, path)
    if host.kind(value) ~= kind then schema.wrong(path, value, example) end
    return value
  end
end

function schema.anything(value) return value end

--- A table with these fields and no others. fields.NAME = check, or { check, required = true }.
function schema.closed(what, fields)
  local names = {}
  for name in pairs(fields) do names[#names + 1] = name end
  return function(value, path)
    path = path or {}
    if type(value) ~= "table" or host.kind(value) then
      host.fail(path, what .. " takes a table, not " .. describe(value), what .. " { ... }")
    end
    local copy = {}
    for key in pairs(value) do
      if not fields[key] then
        local todo = did_you_mean(key, names)
        local said = type(key) == "number" and "a value without a name" or describe(key)
        host.fail(below(path, key), what .. " does not know " .. said, "one of " .. table.concat(names, ", "), todo)
      end
    end
    for _, name in ipairs(names) do
      local field, given = fields[name], value[name]
      local check = type(field) == "table" and field[1] or field
      if given ~= nil then
        copy[name] = check(given, below(path, name))
      elseif type(field) == "table" and field.required then
        host.fail(path, what .. " says nothing of " .. name, name .. " = ...")
      end
    end
    return copy
  end
end

function schema.required(check) return { check, required = true } end

return schema
