package com.example.operations;

import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;

import java.io.IOException;

/**
 * Lets one caller have more for a while, over JMX.
 */
public record Import(MBeanServerConnection connection) {

	public void begins() throws JMException, IOException {
		ObjectName ratelimits = new ObjectName("org.springframework.boot:type=Endpoint,name=Ratelimits");
		String text = String.class.getName();
		connection.invoke(ratelimits, "override",
				new Object[] { "api", "ip:203.0.113.7", "1000/1m", null, "2h", "import of the spring catalogue" },
				new String[] { text, text, text, text, text, text });
	}

}
