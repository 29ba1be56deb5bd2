# Turns a text file into a C++ string constant: awk -v name=kRulesTsv -f embed.awk rules.tsv
BEGIN {
  print "#include <string_view>"
  print "namespace nvmf::conformance {"
  print "extern const std::string_view " name ";"
  print "const std::string_view " name " ="
}
{
  gsub(/\\/, "\\\\&")
  gsub(/"/, "\\\"")
  gsub(/\t/, "\\t")
  print "    \"" $0 "\\n\""
}
END {
  print "    ;"
  print "}  // namespace nvmf::conformance"
}
