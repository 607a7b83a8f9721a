--- @meta
--- What chart scripts have beside the functions of the rule language (muster.lua): the chart, its layers, its data. In files of charts `rule`
--- and `text` are layers. The options of each layer are in docs/charts.md.

--- @class Layer
--- @class File

--- @alias rows table<string, string|number|boolean>[]|fun(schools: School[]): table<string, any>[]|File

--- @param given { data?: rows, table?: rows, title?: string, subtitle?: string, source?: string, alt?: string, as_of?: date, preset?: "report"|"slide"|"narrow", x?: table, y?: table, [integer]: Layer, [string]: any }
function chart(given) end
--- A file beside the script; not in packs.
--- @param name string
--- @return File
function csv(name) end
--- The register strip, most absent first.
--- @param given { school?: string, where?: table, pupils?: integer, weeks?: integer, title?: string, subtitle?: string, source?: string, as_of?: date, preset?: string }
function register_chart(given) end
--- Cumulative absence against the line of persistent absence.
--- @param given { school?: string, where?: table, title?: string, subtitle?: string, source?: string, as_of?: date, preset?: string }
function cumulative_chart(given) end
--- Absence on every day of the school year.
--- @param given { school?: string, where?: table, title?: string, subtitle?: string, source?: string, as_of?: date, preset?: string }
function calendar_chart(given) end
--- Which schools have more persistent absence than chance explains.
--- @param given { where?: table, title?: string, subtitle?: string, source?: string, as_of?: date, preset?: string }
function funnel_chart(given) end
--- Schools by the attendance bands of their pupils.
--- @param given { where?: table, title?: string, subtitle?: string, source?: string, as_of?: date, preset?: string }
function bands_chart(given) end
--- @return Layer
function line(given) end
--- @return Layer
function step(given) end
--- @return Layer
function ribbon(given) end
--- @return Layer
function dot(given) end
--- @return Layer
function bar(given) end
--- @return Layer
function cell(given) end
--- @return Layer
function interval(given) end
--- @return Layer
function link(given) end
--- @return Layer
function rule(given) end
--- @return Layer
function band(given) end
--- @return Layer
function text(given) end
--- @return Layer
function strip(given) end
