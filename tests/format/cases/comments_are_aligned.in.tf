a=1# one
longer=2     // two
b {# three
}# four
