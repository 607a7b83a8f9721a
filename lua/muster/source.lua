--- source{}: how a real export is to be read. Its words are checked where they are put to use, in C.
local schema = use "schema"

local function plain(value, path)
  local kind = type(value)
  if kind == "function" or host.kind(value) then
    schema.wrong(path, value, "data: texts, numbers, true or false, and tables of them")
  end
  if kind ~= "table" then return value end
  local copy = {}
  for key, item in pairs(value) do copy[key] = plain(item, schema.below(path, key)) end
  return copy
end

return {
  export = {
    source = function(given)
      if type(given) ~= "table" or host.kind(given) then
        host.fail({}, "source takes a table", 'source { marks = { file = "..." } }')
      end
      return host.seal("source", plain(given, {}))
    end,
  },
}
