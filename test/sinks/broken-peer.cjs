require('./not-here.cjs')
